import { type Log, select } from '../log.ts'

/** An hour of an AWS account as CloudTrail delivers it: files of records, deeply nested. */
export const cloudtrail: Log = {
  file: 'cloudtrail.tar.gz',
  eventCount: 2900,
  stream: 'cloudtrail/**',
  format: 'cloudtrail',
  kind: 'json',
  // Cut where a record ends and the next begins: jq would write numbers and escapes anew.
  unpack: String.raw`tar -xzf "$1" --wildcards '*.json' --to-command='sed -E "
    s/^\{\"Records\":\[//
    s/\]\}$//
    s/\},\{\"eventVersion\"/}\n{\"eventVersion\"/g"; echo' | grep .`,
  separator: '\n',
  questions: [
    { query: 'terraform', stock: select('word("terraform")') },
    {
      query: 'exceeded -Describe*',
      stock: select('word("exceeded") and (part("(?<!\\\\w)describe") | not)'),
    },
    { query: '"not authorized"', stock: select('word("not authorized")') },
    { query: '*stratus*', stock: select('part("stratus")') },
    {
      query: 'eventName:GetUser',
      stock: select('.eventName | test("(?<!\\\\w)getuser(?!\\\\w)"; "i")'),
    },
    { query: 'eventName:Describe*', stock: select('.eventName | test("(?<!\\\\w)describe"; "i")') },
    { query: 'errorCode:*', stock: select('.errorCode != null') },
    {
      query: 'errorCode:* NOT errorCode:(ThrottlingException, AccessDenied)',
      stock: select(
        '.errorCode != null and (.errorCode | test("^(ThrottlingException|AccessDenied)$") | not)',
      ),
    },
    {
      query: 'userIdentity.type:AssumedRole',
      stock: select('.userIdentity.type == "AssumedRole"'),
    },
    {
      query: 'userIdentity.sessionContext.attributes.mfaAuthenticated:false',
      stock: select('.userIdentity.sessionContext?.attributes?.mfaAuthenticated == "false"'),
    },
    {
      query: 'sourceIPAddress:10.0.0.0/8',
      stock: select(String.raw`.sourceIPAddress | test("^10\\.\\d+\\.\\d+\\.\\d+$")`),
    },
    { query: 'readOnly:false managementEvent:true', stock: select('.readOnly == false') },
    {
      query: 'requestParameters.instancesSet.items.instanceId:i-*',
      stock: select('any(.requestParameters?.instancesSet?.items[]?.instanceId?; . != null)'),
    },
    {
      query: '(eventSource:kms.amazonaws.com OR eventSource:ssm*) -"iam:GetUser" -Decrypt',
      stock: select('(.eventSource | test("^(kms|ssm)\\\\b")) and (word("decrypt") | not)'),
    },
    {
      query: 'eventName:Delete*',
      from: '2023-07-10T12:00:00Z',
      to: '2023-07-10T12:20:00Z',
      stock: select(
        '(.eventName | startswith("Delete")) and ' +
          '.eventTime >= "2023-07-10T12:00:00Z" and .eventTime < "2023-07-10T12:20:00Z"',
      ),
    },
  ],
  days: {
    query: 'userIdentity.type:IAMUser',
    stock: `jq -r 'select(.userIdentity.type == "IAMUser") | .eventTime[:10]' "$1"`,
  },
  values: {
    field: 'eventName',
    query: 'readOnly:true',
    stock: `jq -r 'select(.readOnly) | .eventName' "$1"`,
  },
}
