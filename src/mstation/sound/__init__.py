"""Shots and speech to stems: score and mix."""
