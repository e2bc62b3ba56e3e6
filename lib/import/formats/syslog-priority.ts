const facilities = [
  ...['kern', 'user', 'mail', 'daemon', 'auth', 'syslog', 'lpr', 'news', 'uucp', 'cron'],
  ...['authpriv', 'ftp', 'ntp', 'audit', 'alert', 'clock'],
  ...['local0', 'local1', 'local2', 'local3', 'local4', 'local5', 'local6', 'local7'],
]
const severities = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug']

/**
 * What the number in `<PRI>` says: facility * 8 + severity, by their usual names (RFC 5424,
 * 6.2.1).
 */
export function priorityFields(priority: string): { facility?: string; severity?: string } {
  const facility = facilities[Math.floor(Number(priority) / 8)]
  const severity = severities[Number(priority) % 8]
  return facility && severity ? { facility, severity } : {}
}
