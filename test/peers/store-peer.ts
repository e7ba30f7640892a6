/** A store of another project that a test has started, and a client that fills it. */
import { CreateBucketCommand, DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'

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
  }
}
