"""The stores of jobs.ports in a relational database: SQLAlchemy Core, asynchronous."""
