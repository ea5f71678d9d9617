// A producer that puts the whole event into an envelope.
const { SQSClient, SendMessageCommand } = require("@aws-sdk/client-sqs");
const { randomUUID } = require("crypto");

const client = new SQSClient({});

exports.handler = async (event) => {
  const envelope = { type: "order.created", version: 1, id: randomUUID(), payload: event };
  const sent = await client.send(
    new SendMessageCommand({
      QueueUrl: process.env.QUEUE_URL,
      MessageBody: JSON.stringify(envelope),
    }),
  );
  return { messageId: sent.MessageId };
};
