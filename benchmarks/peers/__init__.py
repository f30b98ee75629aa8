"""What a capable analyst would script today for the same job, with the tools that are usual for each part of it."""
