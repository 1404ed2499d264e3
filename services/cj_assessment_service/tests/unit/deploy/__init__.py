"""Deployment files and operators' documents name nothing that does not exist."""
