"""The pages: who may enter, what is asked, what is shown. No page computes a figure or touches a table."""
