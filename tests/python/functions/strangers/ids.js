// Logs nothing of a message but the id that SQS gave it.
const { kept } = require("./account");

exports.handler = kept(async (event) => {
  for (const { messageId, body } of event.Records) {
    console.log(`message ${messageId}`);
    if (JSON.parse(body).quantity < 0) throw new Error("quantity is negative");
  }
});
