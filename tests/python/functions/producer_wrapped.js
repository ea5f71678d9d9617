// A producer behind API Gateway: the request's body goes on in an envelope of its own.
const { SQSClient, SendMessageCommand } = require("@aws-sdk/client-sqs");
const { randomUUID } = require("crypto");

const client = new SQSClient({});

exports.handler = async (event) => {
  const envelope = { id: randomUUID(), at: new Date().toISOString(), data: JSON.parse(event.body) };
  const sent = await client.send(
    new SendMessageCommand({
      QueueUrl: process.env.QUEUE_URL,
      MessageBody: JSON.stringify(envelope),
    }),
  );
  return { statusCode: 200, body: JSON.stringify({ MessageId: sent.MessageId }) };
};
