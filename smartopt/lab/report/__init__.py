"""Makes one HTML page of a build's reports."""
