"""Telling people: a notice in the page, a mail with a reference and a link, acknowledgement, and escalation of what is urgent."""
