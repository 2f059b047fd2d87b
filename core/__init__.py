"""Centromere's domain: karyotyping without windows, networks or threads."""
