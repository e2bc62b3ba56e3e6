/** The formats that an object can be said to have (docs/import.md). */
export class ImportFormat {
  /** Objects of CloudTrail, with `Records`. */
  static readonly CLOUDTRAIL = new ImportFormat('cloudtrail')
  /** A JSON object a line. */
  static readonly NDJSON = new ImportFormat('ndjson')
  /** JSON objects, or arrays of them. */
  static readonly JSON = new ImportFormat('json')
  /** Access logs with referrer and agent. */
  static readonly COMBINED = new ImportFormat('combined')
  /** Access logs without. */
  static readonly COMMON = new ImportFormat('common')
  static readonly SYSLOG = new ImportFormat('syslog')
  /** `key=value` pairs. */
  static readonly LOGFMT = new ImportFormat('logfmt')
  /** With a first line of names. */
  static readonly CSV = new ImportFormat('csv')
  /** Lines of Java, with their stack traces. */
  static readonly LOG4J = new ImportFormat('log4j')
  /** A line is a message. */
  static readonly RAW = new ImportFormat('raw')

  readonly name: string

  private constructor(name: string) {
    this.name = name
  }
}
