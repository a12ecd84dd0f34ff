"""Who must be told what, when and where: rules turn change events into notices, a ledger holds them, jobs deliver."""
