"""The page *Retrain*: a training ordered, watched while it is worked on, and the trainings so far."""
