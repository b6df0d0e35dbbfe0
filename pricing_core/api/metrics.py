"""Prometheus metrics: requests, their latency, predictions, alerts and drift; served outside the prefix."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Final

from fastapi import FastAPI, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pricing_core import AVM, PricingError, log_in_full

_SECONDS: Final = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_METHODS: Final = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})


class Metrics:
    """The counters of one application, in a registry of its own."""

    def __init__(self, avm: AVM) -> None:
        self.registry = CollectorRegistry()
        self.registry.register(Watched(avm))
        self.requests = Counter(
            "tasador_requests", "Requests answered", ["method", "route", "status"], registry=self.registry
        )
        self.latency = Histogram(
            "tasador_request_seconds", "Seconds to answer", ["route"], buckets=_SECONDS, registry=self.registry
        )
        self.predictions = Counter(
            "tasador_predictions", "Homes valued or refused", ["outcome"], registry=self.registry
        )


class Watched(Collector):
    """The alerts and the measures behind them, as they were kept last: reading them measures nothing."""

    def __init__(self, avm: AVM) -> None:
        self._avm = avm

    def describe(self) -> Iterable[Metric]:
        """Name nothing ahead: the database need not be there when the application is built."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """The gauges; none while the database cannot be read, for the other metrics must go on."""
        try:
            found = self._avm.monitoring.gauges()
        except PricingError as error:
            log_in_full("The alerts could not be read for /metrics", error)
            return
        alerts = GaugeMetricFamily("tasador_alert_active", "1 while the rule is broken", labels=["rule"])
        drift = GaugeMetricFamily("tasador_drift_psi", "PSI against the training rows", labels=["feature"])
        rest = GaugeMetricFamily("tasador_watch", "What was measured last", labels=["measure"])
        for (name, label), value in sorted(found.items()):
            if name == "alert_active":
                alerts.add_metric([label], value)
            elif name == "drift_psi":
                drift.add_metric([label], value)
            else:
                rest.add_metric([name], value)
        yield from (alerts, drift, rest)


class MetricsMiddleware:
    """Counts requests. Pure ASGI, because Starlette's ``BaseHTTPMiddleware`` halves the throughput."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and note its route, status and seconds."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status = 500
        started = time.perf_counter()

        async def note_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, note_status)
        finally:
            self._count(scope, status, time.perf_counter() - started)

    def _count(self, scope: Scope, status: int, seconds: float) -> None:
        # The pattern of the route, never the path: strangers must not be able to grow the number of series.
        route = getattr(scope.get("route"), "path", "other")
        method = scope["method"] if scope["method"] in _METHODS else "other"
        self.metrics.requests.labels(method, route, str(status)).inc()
        self.metrics.latency.labels(route).observe(seconds)


def serve_metrics(app: FastAPI) -> None:
    """Serve the metrics at ``/metrics``, without a key, as Prometheus asks for them."""

    @app.get("/metrics", include_in_schema=False)
    def metrics() -> Response:
        return Response(generate_latest(app.state.metrics.registry), media_type=CONTENT_TYPE_LATEST)
