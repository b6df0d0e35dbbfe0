"""The life of a model: trained, judged beside the champion, registered, promoted, served, rolled back.

In come recipes and decisions of people; out come versions, verdicts of the gate and the loaded champion. `Versions` is
the door for the AVM, `Predictor` for valuing and monitoring. `registry` inside is the only home of MLflow.
"""
