/** A store of another project that a test has started, and a client that fills it. */
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'

export interface StorePeer {
  /** Of its S3 door: `http://127.0.0.1:<port>`. */
  readonly endpoint: string
  readonly accessKeyId: string
  readonly accessKeySecret: string
  stop(): Promise<void>
}

/** Who writes what the driver under test reads. */
export function storeWriter({ endpoint, accessKeyId, accessKeySecret }: StorePeer) {
  const client = new S3Client({
    region: 'us-east-1',
    endpoint,
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey: accessKeySecret },
    requestChecksumCalculation: 'WHEN_REQUIRED',
  })
  return {
    client,
    makeBucket: (bucket: string) => client.send(new CreateBucketCommand({ Bucket: bucket })),
    put: async (bucket: string, key: string, content: Uint8Array | string) => {
      const body = typeof content === 'string' ? Buffer.from(content) : content
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }))
    },
    remove: async (bucket: string, key: string) => {
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }))
    },
    /** Lets another user, or everybody (`*`), list the bucket and read some of its objects. */
    allow: async (
      bucket: string,
      user: string,
      keys: readonly string[],
      Action = ['s3:ListBucket', 's3:GetObject'],
    ) => {
      const Resource = [`arn:aws:s3:::${bucket}`, ...keys.map((key) => `arn:aws:s3:::${bucket}/${key}`)]
      const Principal = user === '*' ? '*' : { AWS: [`arn:aws:iam:::user/${user}`] }
      const Statement = [{ Effect: 'Allow', Principal, Action, Resource }]
      const policy = JSON.stringify({ Version: '2012-10-17', Statement })
      await client.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy: policy }))
    },
  }
}
