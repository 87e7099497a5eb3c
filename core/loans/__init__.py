"""进件: loan applications, the flows they run through, the steps and tasks of each, and what is decided."""
