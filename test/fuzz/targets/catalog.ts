import { wrap } from '../../../lib/bytes/envelope.ts'
import { encodeSegment, loadSegment } from '../../../lib/catalog/absorbed.ts'
import { decodeCatalog, encodeCatalog } from '../../../lib/catalog/load.ts'
import { decodeManifest, encodeManifest } from '../../../lib/catalog/manifest.ts'
import { defaultSettings } from '../../../lib/core/settings.ts'
import { decodeMarker, encodeMarker, newMarker } from '../../../lib/import/marker.ts'
import type { Store } from '../../../lib/store/store.ts'
import { mutateBytes } from '../mutate/mutate-bytes.ts'
import { mutateJson } from '../mutate/mutate-json.ts'
import { makeSampleArchive } from '../sample-archive.ts'
import { attempted, attemptedLater, insist, type Target } from '../target.ts'

const key = 'manifests/job1/000000'

/** Catalogs, manifests, segments and markers: damaged ones, and whole ones that lie. */
export const target: Target = {
  prepare: async () => {
    const { catalog, manifestRuns, identities } = await makeSampleArchive()
    const whole = encodeCatalog(catalog)
    const manifest = encodeManifest(key, manifestRuns)
    const marker = newMarker('f', 1, defaultSettings)
    const list = encodeSegment(identities)
    const segment = {
      key: 'absorbed/job1/000000',
      sizeBytes: list.length,
      count: identities.length,
      firstIdentity: identities[0]!,
      lastIdentity: identities.at(-1)!,
    }
    return dice =>
      dice.pick([
        () => {
          const bytes = mutateBytes(whole, dice, [manifest])
          return attempted(['corrupt'], () => {
            decodeCatalog(bytes)
            insist(bytes.equals(whole), () => 'a damaged catalog was read')
          })
        },
        () => attempted(['corrupt'], () => decodeCatalog(lying(mutateJson(catalog, dice)))),
        () => {
          const bytes = mutateBytes(manifest, dice, [whole])
          return attempted(['corrupt'], () => {
            decodeManifest(bytes, key)
            insist(bytes.equals(manifest), () => 'a damaged manifest was read')
          })
        },
        () => {
          const runs = mutateJson(manifestRuns, dice)
          const bytes = lying({ manifest: 1, owner: 'job1/000000', runs })
          return attempted(['corrupt'], () => decodeManifest(bytes, key))
        },
        () => {
          const bytes = mutateBytes(list, dice, [whole])
          const store = { get: async () => ({ bytes, etag: '', sizeBytes: bytes.length }) }
          return attemptedLater(['corrupt'], async () => {
            await loadSegment(store as Partial<Store> as Store, segment)
            insist(bytes.equals(list), () => 'a damaged segment was read')
          })
        },
        () => {
          const bytes = dice.chance(0.5)
            ? mutateBytes(encodeMarker(marker, 'imports/x'), dice)
            : encodeMarker(mutateJson(marker, dice), 'imports/x')
          return attempted(['corrupt', 'conflict'], () => decodeMarker(bytes, 'imports/x'))
        },
      ])()
  },
}

/** A whole object of any JSON. */
function lying(content: unknown): Buffer {
  return wrap(Buffer.from(JSON.stringify(content) ?? 'null'))
}
