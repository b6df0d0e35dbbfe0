"""The page *Value a property*: the form, the answer with what it rests on, and whole files of homes."""
