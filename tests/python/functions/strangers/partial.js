// Logs each body, and names the messages that go back, in silence: ReportBatchItemFailures.
const { kept } = require("./account");

const fails = Number(process.env.FAILS || "0");

exports.handler = kept(async (event) => {
  const batchItemFailures = [];
  for (const { messageId, body, attributes } of event.Records) {
    try {
      const order = JSON.parse(body);
      console.log("order", JSON.stringify(order));
      if (order.quantity < 0) throw new Error("quantity is negative");
      if (Number(attributes.ApproximateReceiveCount) <= fails) throw new Error("no answer");
    } catch {
      batchItemFailures.push({ itemIdentifier: messageId });
    }
  }
  return { batchItemFailures };
});
