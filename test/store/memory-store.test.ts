import { systemClock } from '../../lib/core/clock.ts'
import { MemoryStore } from '../../lib/store/memory-store.ts'
import { conformance } from './conformance.ts'

conformance('memory', async () => ({ store: new MemoryStore(systemClock) }))
