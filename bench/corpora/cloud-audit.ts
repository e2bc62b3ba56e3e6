import { timeText } from './arrivals.ts'
import { addressOf, type Chance, scatter } from './chance.ts'
import { generatedCorpus } from './generated-corpus.ts'
import { zipf } from './zipf.ts'

const regions = ['eu-central-1', 'us-east-1', 'us-west-2', 'eu-west-1']
const calls = [
  ['s3', 'GetObject', 'ListObjects', 'PutObject', 'GetBucketPolicy', 'GetBucketAcl'],
  ['ec2', 'DescribeInstances', 'DescribeVolumes', 'RunInstances', 'CreateVolume', 'CreateTags'],
  ['sts', 'AssumeRole', 'GetCallerIdentity', 'AssumeRoleWithWebIdentity'],
  ['iam', 'GetRole', 'ListRoles', 'CreateUser', 'AttachUserPolicy', 'CreateAccessKey'],
  ['kms', 'Decrypt', 'GenerateDataKey', 'DescribeKey'],
  ['lambda', 'Invoke', 'GetFunction20150331v2', 'UpdateFunctionCode20150331v2'],
  ['logs', 'CreateLogStream', 'DescribeLogGroups', 'PutLogEvents'],
  ['secretsmanager', 'GetSecretValue', 'DescribeSecret'],
] as const
const errors = [
  'AccessDenied',
  'ThrottlingException',
  'NoSuchEntity',
  'Client.UnauthorizedOperation',
]
const agents = [
  'aws-sdk-go/1.44.157 (go1.19.3; linux; amd64)',
  'Boto3/1.26.165 Python/3.11.4 Linux/5.10.178-162.673.amzn2.x86_64 Botocore/1.29.165',
  'aws-cli/2.12.6 Python/3.11.4 Darwin/22.5.0 exe/x86_64 prompt/off',
  'APN/1.0 HashiCorp/1.0 Terraform/1.5.2 (+https://www.terraform.io) terraform-provider-aws/5.6.2',
  'AWS Internal',
]
const rolesMax = 400

/** W2: an audit trail as CloudTrail writes it: nested, several random ids, some long strings. */
export const cloudAudit = generatedCorpus(
  {
    name: 'cloudtrail',
    title: 'audit trail like CloudTrail, nested JSON',
    timeFields: ['eventTime'],
    rareFields: ['eventID', 'requestID'],
    commonFields: ['eventName', 'eventSource', 'userIdentity.arn', 'sourceIPAddress', 'awsRegion'],
    queries: [
      'AccessDenied',
      'eventName:CreateAccessKey',
      'errorCode:* AND eventSource:iam.amazonaws.com',
      'userIdentity.sessionContext.sessionIssuer.userName:role-7 DescribeInstances',
      `sourceIPAddress:${addressOf(2)}`,
      'Terraform RunInstances',
      'readOnly:false awsRegion:us-west-2',
      'eventName:Describe*',
      'eventName:DeleteTrail',
    ],
  },
  (chance, nextMicros) => {
    const account = zipf(chance, 20, 1)
    const role = zipf(chance, rolesMax, 1.1)
    const source = zipf(chance, calls.length, 0.8)
    const client = zipf(chance, 3_000, 1)
    return () => {
      const [service, ...names] = calls[source()]!
      const owner = 100000000000 + (scatter(account()) % 899999999999)
      const region = chance.pick(regions)
      const name = chance.pick(names)
      const time = `${timeText(nextMicros()).slice(0, 19)}Z`
      return (
        `{"@stream":"cloudtrail/${owner}/${region}","eventVersion":"1.08","userIdentity":` +
        `${identityOf(chance, owner, role())},"eventTime":"${time}","eventSource":` +
        `"${service}.amazonaws.com","eventName":"${name}","awsRegion":"${region}"` +
        `,"sourceIPAddress":"${addressOf(client())}","userAgent":"${chance.pick(agents)}"` +
        `${errorOf(chance)},"requestParameters":${parametersOf(chance, service, name)}` +
        `,"responseElements":null,"requestID":"${chance.uuid()}","eventID":"${chance.uuid()}"` +
        `,"readOnly":${/^(Get|List|Describe|Decrypt)/.test(name)},"eventType":"AwsApiCall"` +
        `,"managementEvent":true,"recipientAccountId":"${owner}","eventCategory":"Management"` +
        `,"tlsDetails":{"tlsVersion":"TLSv1.2","cipherSuite":"ECDHE-RSA-AES128-GCM-SHA256"` +
        `,"clientProvidedHostHeader":"${service}.${region}.amazonaws.com"}}`
      )
    }
  },
)

function identityOf(chance: Chance, owner: number, role: number): string {
  const principal = `AROA${scatter(role).toString(36).toUpperCase()}EXAMPLE`
  const session = `i-0${scatter(chance.below(2_000)).toString(16)}`
  const arn = `arn:aws:sts::${owner}:assumed-role/role-${role}/${session}`
  return (
    `{"type":"AssumedRole","principalId":"${principal}:${session}","arn":"${arn}"` +
    `,"accountId":"${owner}","accessKeyId":"ASIA${chance.hex(4).toUpperCase()}${role}KEY"` +
    `,"sessionContext":{"sessionIssuer":{"type":"Role","principalId":"${principal}"` +
    `,"arn":"arn:aws:iam::${owner}:role/role-${role}","accountId":"${owner}","userName":"role-` +
    `${role}"},"webIdFederationData":{},"attributes":{"mfaAuthenticated":"false"}}}`
  )
}

function errorOf(chance: Chance): string {
  if (chance.next() > 0.03) return ''
  return `,"errorCode":"${chance.pick(errors)}","errorMessage":"User is not authorized to do this"`
}

function parametersOf(chance: Chance, service: string, name: string): string {
  if (service === 's3') {
    const key = `exports/2026/${chance.below(4000)}/part-${chance.below(64)}.parquet`
    return `{"bucketName":"data-${chance.below(40)}","key":"${key}"}`
  }
  if (service === 'ec2') return `{"instancesSet":{"items":[{"instanceId":"i-0${chance.hex(16)}"}]}}`
  if (service === 'kms') return `{"encryptionContext":{"aws:s3:arn":"arn:aws:s3:::data-${name}"}}`
  return chance.next() < 0.5 ? 'null' : `{"roleName":"role-${chance.below(rolesMax)}"}`
}
