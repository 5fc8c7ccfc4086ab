"""Report writers, one file a format. They know the data types of core and nothing else."""
