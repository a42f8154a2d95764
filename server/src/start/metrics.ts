import { collectDefaultMetrics, Histogram, Registry } from 'prom-client'

/** One registry for the process, with the control plane's own figures. */
export const createMetrics = () => {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const requests = new Histogram({
    name: 'avow_http_request_duration_seconds',
    help: 'Control-plane requests by route and status',
    labelNames: ['route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  })
  return {
    registry,
    observe: (route: string, status: number, seconds: number): void =>
      requests.labels(route, String(status)).observe(seconds),
  }
}
