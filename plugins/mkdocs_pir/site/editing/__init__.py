"""The form of `pir serve`: records are edited in the browser, checked as they are typed, and saved into their files."""
