import { World } from '../simulation/world.ts'
import { conformance } from './conformance.ts'

conformance('simulated', async () => {
  const world = new World({ pageSize: 1000 })
  return { store: world.storeFor('tester'), close: () => world.stop() }
})
