"""How gunicorn serves the application: its drain, its worker and its logs. `gunicorn.conf.py` puts them together."""
