import { gzipSync } from 'node:zlib'

/** Calls in the shapes that AWS documents, with all their members. */

export interface LogLine {
  readonly id: string
  readonly timestamp: number
  readonly message: string
}

export const noonMillis = Date.parse('2026-11-20T12:00:00Z')

export function logsDocument(logEvents: readonly LogLine[], messageType = 'DATA_MESSAGE'): string {
  return JSON.stringify({
    messageType,
    owner: '123456789012',
    logGroup: '/aws/lambda/checkout',
    logStream: '2026/11/20/[$LATEST]0f3a',
    subscriptionFilters: ['all'],
    logEvents,
  })
}

export function logsCall(document: string | Buffer) {
  return { awslogs: { data: gzipSync(document).toString('base64') } }
}

export function sqsCall(messages: readonly (readonly [id: string, body: string])[]) {
  return {
    Records: messages.map(([messageId, body]) => ({
      messageId,
      receiptHandle: 'AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a',
      body,
      attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: String(noonMillis),
        SenderId: 'AIDAIENQZJOLO23YVJ4VO',
        ApproximateFirstReceiveTimestamp: String(noonMillis + 1),
      },
      messageAttributes: {
        tenant: { stringValue: 'acme', dataType: 'String', binaryListValues: [] },
      },
      md5OfBody: 'e4e68fb7bd0e697a0ae8f1bb342846b3',
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:eu-central-1:123456789012:orders',
      awsRegion: 'eu-central-1',
    })),
  }
}

export const deadLetterArn = 'arn:aws:sqs:eu-central-1:123456789012:dead-letters'

/** Messages of the queue that keeps what the function was called with in vain. */
export function deadLettersCall(messages: Parameters<typeof sqsCall>[0]) {
  const { Records } = sqsCall(messages)
  const letters = Records.map(each => ({
    ...each,
    eventSourceARN: deadLetterArn,
    messageAttributes: {},
  }))
  return { Records: letters }
}

/** What Lambda tells of a call that failed three times. */
export function failedCall(requestPayload: object): string {
  return JSON.stringify({
    version: '1.0',
    timestamp: '2026-11-20T12:03:10.123Z',
    requestContext: {
      requestId: 'e4b46cbf-b738-xmpl-8880-a18cdf61200e',
      functionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:events:$LATEST',
      condition: 'RetriesExhausted',
      approximateInvokeCount: 3,
    },
    requestPayload,
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    responsePayload: { errorType: 'ArchiveError', errorMessage: 'the store is away' },
  })
}

/** What Lambda tells of records that Kinesis forgot before they were stored. */
export const forgottenRecords = JSON.stringify({
  requestContext: {
    requestId: 'c9b8fa9f-5a7f-xmpl-af9c-0c604cde93a5',
    functionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:events',
    condition: 'RecordAgeExceeded',
    approximateInvokeCount: 1,
  },
  version: '1.0',
  timestamp: '2026-11-20T12:00:00.000Z',
  KinesisBatchInfo: {
    shardId: 'shardId-000000000001',
    startSequenceNumber: '49601189658422359378836298521827638475320189012309704722',
    endSequenceNumber: '49601189658422359378836298522902373528957594348623495186',
    approximateArrivalOfFirstRecord: '2026-11-19T12:00:00.000Z',
    approximateArrivalOfLastRecord: '2026-11-19T12:00:01.000Z',
    batchSize: 500,
    streamArn: 'arn:aws:kinesis:eu-central-1:123456789012:stream/clicks',
  },
})

export function kinesisCall(records: readonly (readonly [sequence: string, data: Buffer])[]) {
  return {
    Records: records.map(([sequenceNumber, data]) => ({
      kinesis: {
        kinesisSchemaVersion: '1.0',
        partitionKey: 'p1',
        sequenceNumber,
        data: data.toString('base64'),
        approximateArrivalTimestamp: noonMillis / 1000,
      },
      eventSource: 'aws:kinesis',
      eventVersion: '1.0',
      eventID: `shardId-000000000006:${sequenceNumber}`,
      eventName: 'aws:kinesis:record',
      invokeIdentityArn: 'arn:aws:iam::123456789012:role/kinesis',
      awsRegion: 'eu-central-1',
      eventSourceARN: 'arn:aws:kinesis:eu-central-1:123456789012:stream/clicks',
    })),
  }
}

export function dynamoCall(sequenceNumber: string, id: string) {
  return {
    Records: [
      {
        eventID: `c4ca4238${sequenceNumber}`,
        eventName: 'INSERT',
        eventVersion: '1.1',
        eventSource: 'aws:dynamodb',
        awsRegion: 'eu-central-1',
        dynamodb: {
          ApproximateCreationDateTime: noonMillis / 1000,
          Keys: { Id: { N: id } },
          NewImage: { Id: { N: id }, Message: { S: 'new' } },
          SequenceNumber: sequenceNumber,
          SizeBytes: 26,
          StreamViewType: 'NEW_AND_OLD_IMAGES',
        },
        eventSourceARN:
          'arn:aws:dynamodb:eu-central-1:123456789012:table/Users/stream/2026-11-01T00:00:00.000',
      },
    ],
  }
}

const topicArn = 'arn:aws:sns:eu-central-1:123456789012:alerts'

function notification(messageId: string, message: string) {
  return {
    Type: 'Notification',
    MessageId: messageId,
    TopicArn: topicArn,
    Subject: 'Alarm',
    Message: message,
    Timestamp: '2026-11-20T12:00:00.000Z',
    SignatureVersion: '1',
    Signature: 'EXAMPLE',
    SigningCertUrl: 'https://sns.example/cert.pem',
    UnsubscribeUrl: 'https://sns.example/unsubscribe',
    MessageAttributes: { severity: { Type: 'String', Value: 'high' } },
  }
}

export function snsCall(messages: readonly (readonly [id: string, message: string])[]) {
  return {
    Records: messages.map(([id, message]) => ({
      EventVersion: '1.0',
      EventSubscriptionArn: `${topicArn}:21be56ed`,
      EventSource: 'aws:sns',
      Sns: notification(id, message),
    })),
  }
}

/** The body of a message that SNS puts into SQS. */
export function snsBody(id: string, message: string): string {
  return JSON.stringify(notification(id, message))
}

export function bridgeEvent(id: string, detail: object = { state: 'running' }) {
  return {
    version: '0',
    id,
    'detail-type': 'EC2 Instance State-change Notification',
    source: 'aws.ec2',
    account: '123456789012',
    time: '2026-11-20T12:00:00Z',
    region: 'eu-central-1',
    resources: ['arn:aws:ec2:eu-central-1:123456789012:instance/i-1'],
    detail,
  }
}

export function objectCreatedEvent(key: string, sizeBytes = 100) {
  return {
    ...bridgeEvent('2d4eba74', {
      version: '0',
      bucket: { name: 'landing' },
      object: { key, size: sizeBytes, etag: 'b57f9512698f4b09e608f4f2a65852e5', sequencer: '0061' },
      'request-id': 'N4N7GDK58NMKJ12R',
      requester: '123456789012',
      reason: 'PutObject',
    }),
    'detail-type': 'Object Created',
    source: 'aws.s3',
  }
}

/** `keys` as S3 encodes them. */
export function s3Call(keys: readonly string[], eventName = 'ObjectCreated:Put', size = 100) {
  return {
    Records: keys.map(key => ({
      eventVersion: '2.1',
      eventSource: 'aws:s3',
      awsRegion: 'eu-central-1',
      eventTime: '2026-11-20T12:00:00.000Z',
      eventName,
      userIdentity: { principalId: 'AIDAJDPLRKLG7UEXAMPLE' },
      requestParameters: { sourceIPAddress: '192.0.2.44' },
      responseElements: { 'x-amz-request-id': 'C3D13FE58DE4C810' },
      s3: {
        s3SchemaVersion: '1.0',
        configurationId: 'landing',
        bucket: { name: 'landing', arn: 'arn:aws:s3:::landing' },
        object: { key, size, eTag: 'd41d8cd98f00b204e9800998ecf8427e', sequencer: '0061' },
      },
    })),
  }
}

export const s3TestEvent = {
  Service: 'Amazon S3',
  Event: 's3:TestEvent',
  Time: '2026-11-20T12:00:00.000Z',
  Bucket: 'landing',
  RequestId: '5582815E1AEA5ADF',
  HostId: '8cLeGAmw098X5cv4Zkwcmo8vvZa3eH3e',
}
