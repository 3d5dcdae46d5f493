"""Blocks into DOCX and PDF; PDF files into one bundle. Never decides a word."""
