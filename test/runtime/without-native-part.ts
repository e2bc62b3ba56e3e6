import { registerHooks } from 'node:module'

/** Loaded before the runtime client where its native part was not built: ours takes its place. */
const url = new URL('rapid-client.ts', import.meta.url).href

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === './rapid-client.node' ? { url, shortCircuit: true } : next(specifier, context),
})
