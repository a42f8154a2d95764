import { Gauge, type Registry } from 'prom-client'
import type { EndpointKeeper } from './endpoint-keeper.ts'

/** What endpoints do now, all together: how many there are of a project is nobody else's business. */
export const showEndpoints = (registry: Registry, keeper: Pick<EndpointKeeper, 'list' | 'loads'>): void => {
  const registers = [registry]
  const sum = (of: (load: ReturnType<EndpointKeeper['loads']>[number]) => number): number =>
    keeper.loads().reduce((total, load) => total + of(load), 0)
  const gauge = (name: string, help: string, value: () => number): void => {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value())
      },
    })
  }
  gauge('avow_endpoints', 'Dedicated endpoints', () => keeper.list().length)
  gauge('avow_endpoint_replicas_ready', 'Replicas of endpoints that answer', () => sum(({ open }) => open))
  gauge('avow_endpoint_requests_active', 'Requests that are at a replica now', () => sum(({ inFlight }) => inFlight))
  gauge('avow_endpoint_requests_waiting', 'Requests that are held until a replica is ready', () =>
    sum(({ waiting }) => waiting),
  )
}
