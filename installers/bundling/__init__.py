"""The parts of installers/bundle.py: standard library only, as long as no line says otherwise."""
