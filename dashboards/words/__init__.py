"""The words of the dashboards, a module for each: whatever people read stands here, in both languages, and nowhere else."""
