// A producer for Node: one message for each top-level entry, ten a batch; logs JSON.
const { SQSClient, SendMessageBatchCommand } = require("@aws-sdk/client-sqs");
const { randomUUID } = require("crypto");

const client = new SQSClient({});
const queue = process.env.QUEUE_URL;

exports.handler = async (event, context) => {
  const entries = Object.entries(event).map(([key, value], index) => ({
    Id: String(index),
    MessageBody: JSON.stringify(value),
    ...(queue.endsWith(".fifo") && { MessageGroupId: key, MessageDeduplicationId: randomUUID() }),
  }));
  const messageIds = [];
  for (let start = 0; start < entries.length; start += 10) {
    const answer = await client.send(
      new SendMessageBatchCommand({ QueueUrl: queue, Entries: entries.slice(start, start + 10) }),
    );
    if (answer.Failed && answer.Failed.length) throw new Error(JSON.stringify(answer.Failed));
    messageIds.push(...answer.Successful.map((sent) => sent.MessageId));
  }
  const line = { level: "INFO", requestId: context.awsRequestId, message: { sent: entries.length } };
  console.log(JSON.stringify({ timestamp: new Date().toISOString(), ...line }));
  return { statusCode: 200, body: JSON.stringify({ sent: entries.length, messageIds }) };
};
