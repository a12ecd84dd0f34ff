"""Who ran what: a record of every run that outlives the run itself."""
