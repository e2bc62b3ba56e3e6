import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { streamNameFault } from '../../lib/core/stream-name.ts'
import { streamForFile } from '../../lib/import/stream-for-file.ts'
import { anyText } from '../support/any-text.ts'

test('the stream of a file is its name without compression, rotation and kind', () => {
  const table: [string[], string][] = [
    [['openssh.log.gz'], 'openssh'],
    [['github-events.ndjson.gz'], 'github-events'],
    [['access.log.1'], 'access'],
    [['access.log.2.gz'], 'access'],
    [['access_log-20161219'], 'access_log'],
    [['server.log.2016-12-19'], 'server'],
    [['server.log.2016-12-19-16.zst'], 'server'],
    [['app-2016-12-19.log'], 'app'],
    [['7_CloudTrail_us-east-1_20230710T1220Z_WMiHxZgr5Hdd6UDc.json.gz'], '7_CloudTrail_us-east-1'],
    [['My File (2).txt'], 'My-File-2'],
    [['folder/app.log'], 'app'],
    [['dump.tar.gz', './kafka1/logs/server.log.2016-12-19-16'], 'dump/kafka1/logs/server'],
    [['cloudtrail.tgz', 'cloudtrail/a.json'], 'cloudtrail/a'],
    [['a.tar', '../../etc/b.log'], 'a/etc/b'],
    [['a.tar', 'b.tar', 'c.log'], 'a/b/c'],
    [['-'], 'import'],
    [['...'], 'import'],
    [['日本.log'], 'import'],
  ]
  for (const [path, stream] of table) assert.equal(streamForFile(path), stream, path.join(' '))
})

test('whatever a file is called, its stream has a proper name', () => {
  fc.assert(
    fc.property(fc.array(anyText(120), { maxLength: 4 }), path => {
      assert.equal(streamNameFault(streamForFile(path)), undefined)
    }),
  )
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[a-z./-]{0,150}$/), { maxLength: 4 }), path => {
      assert.equal(streamNameFault(streamForFile(path)), undefined)
    }),
  )
})
