// A producer that logs each order as it sends it, and answers with the ids that SQS gave.
const { SQSClient, SendMessageCommand } = require("@aws-sdk/client-sqs");

const client = new SQSClient({});

exports.handler = async (event) => {
  const ids = [];
  for (const order of Object.values(event)) {
    const body = JSON.stringify(order);
    console.log("order received:", body);
    const sent = await client.send(
      new SendMessageCommand({ QueueUrl: process.env.QUEUE_URL, MessageBody: body }),
    );
    ids.push(sent.MessageId);
  }
  return { statusCode: 200, body: JSON.stringify({ sent: ids.length, messageIds: ids }) };
};
