"""The entrance through a browser: `app.create_app` puts it together, `pages/` holds its pages."""
