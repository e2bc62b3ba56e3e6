import { timeText } from './arrivals.ts'
import { addressOf, type Chance, scatter } from './chance.ts'
import { generatedCorpus } from './generated-corpus.ts'
import { zipf } from './zipf.ts'

const images = ['svchost', 'powershell', 'cmd', 'explorer', 'chrome', 'msedge', 'lsass', 'winword']
const kinds = [
  [4624, 'An account was successfully logged on.'],
  [4625, 'An account failed to log on.'],
  [4688, 'A new process has been created.'],
  [5156, 'The Windows Filtering Platform has permitted a connection.'],
  [4672, 'Special privileges assigned to new logon.'],
  [4663, 'An attempt was made to access an object.'],
] as const
const auditFields = Array.from({ length: 34 }, (_, i) => `AuditAttribute${i + 1}`)
const hostsMax = 400

/** W4: security events of Windows: about sixty fields, much of it the same in every event. */
export const windowsEvents = generatedCorpus(
  {
    name: 'windows',
    title: 'Windows security events, about sixty fields',
    rareFields: ['ActivityId', 'EventRecordId', 'LogonGuid'],
    commonFields: ['EventId', 'Computer', 'TargetUserName', 'ProcessName', 'IpAddress'],
    queries: [
      'EventId:4625',
      'EventId:4688 powershell',
      'TargetUserName:user17',
      `IpAddress:${addressOf(9)}`,
      'Computer:host-12.corp.example.org EventId:4624',
      '"failed to log on" LogonType:3',
      'AuditAttribute7:value-7-3',
      'ProcessName:*lsass*',
      'TargetUserSid:S-1-5-21-1004*',
      'EventId:1102',
    ],
  },
  (chance, nextMicros) => {
    const host = zipf(chance, hostsMax, 0.6)
    const kind = zipf(chance, kinds.length, 0.7)
    const user = zipf(chance, 5_000, 1)
    let record = 0
    return () => {
      const [eventId, text] = kinds[kind()]!
      const computer = `host-${host()}.corp.example.org`
      const image = chance.pick(images)
      const who = user()
      return (
        `{"@time":"${timeText(nextMicros())}","@stream":"windows/${computer}"` +
        `,"Provider":"Microsoft-Windows-Security-Auditing","EventId":${eventId},"Version":2` +
        `,"Level":0,"Task":12544,"Keywords":"0x8020000000000000","EventRecordId":${++record}` +
        `,"ActivityId":"{${chance.uuid()}}","ExecutionProcessId":${chance.below(900) * 4}` +
        `,"ExecutionThreadId":${chance.below(9000)},"Channel":"Security","Computer":"${computer}"` +
        `,"Message":"${text}","SubjectUserSid":"S-1-5-18","SubjectDomainName":"CORP"` +
        `,"TargetUserSid":"${sidOf(who)}","TargetUserName":"user${who}","TargetDomainName":"CORP"` +
        `,"TargetLogonId":"0x${chance.hex(8)}","LogonType":${chance.pick([2, 3, 3, 3, 5, 10])}` +
        `,"LogonGuid":"{${chance.uuid()}}","ProcessName":` +
        `"C:\\\\Windows\\\\System32\\\\${image}.exe","IpAddress":"${addressOf(who % 700)}"` +
        `,"IpPort":${chance.below(65536)}${attributes(chance)}}`
      )
    }
  },
)

function sidOf(user: number): string {
  return `S-1-5-21-1004336348-1177238915-682003330-${1000 + (scatter(user) % 90000)}`
}

function attributes(chance: Chance): string {
  let text = ''
  for (const [i, name] of auditFields.entries()) {
    text += i % 3 === 0 ? `,"${name}":"value-${i + 1}-${chance.below(6)}"` : `,"${name}":"-"`
  }
  return text
}
