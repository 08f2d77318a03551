"""The factory: the only place that knows all doors."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter

from lms import db, files, i18n, paths, security, static_files
from lms.api import register
from lms.auth import guard, users
from lms.config import Config
from lms.jinja import Templates
from lms.web import blueprints, errors, formats, shell

_MAX_UPLOAD = 24 * 1024 * 1024


class Key(IntegerConverter):
    """An id in an address. One that no column of the database could hold is a 404, not an error of the driver.

    By its number of digits: with a largest number alone, another method on the same address would make it a 405.
    """

    regex = r"\d{1,18}"


def create_app(config: Config, database: object | None = None) -> Flask:
    """The application on a database (the configured one, unless the tests bring theirs)."""
    app = Flask("lms", template_folder=str(paths.TEMPLATES), static_folder=None)
    app.url_map.converters["int"] = Key
    app.config.update(
        SECRET_KEY=config.secret_key,
        MAX_CONTENT_LENGTH=_MAX_UPLOAD,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        MAX_FORM_PARTS=5000,
        PERMANENT_SESSION_LIFETIME=timedelta(days=14),
        SESSION_COOKIE_NAME="lms",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.secure_cookies,
        SESSION_REFRESH_EACH_REQUEST=False,
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.jinja_environment = Templates
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.extensions["config"] = config
    app.extensions["database"] = database or db.Database(config.database_url)
    app.teardown_appcontext(db.release)
    CSRFProtect(app)
    for part in (files, i18n, formats, static_files, security, guard, users, errors, shell):
        part.init_app(app)
    for blueprint in blueprints():
        app.register_blueprint(blueprint)
    register.init_app(app)
    if config.trusted_proxies:
        hops = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]  # the usual way
    return app
