"""The whole case of a student on one page: who, the road clause by clause, the courses to their sources, what is missing."""
