"""How models/judge-small is made: `origin`, `encoder`, `quality`, in that order."""
