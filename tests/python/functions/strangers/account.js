// The consumer's own account: what it was handed, and how it let go of it. edactl never sees it.
const fs = require("fs");

// Writes a line for each message once the handler has answered, or failed.
exports.kept = (handler) => async (event, context) => {
  let refused = event.Records.map((record) => record.messageId);
  try {
    const answer = (await handler(event, context)) || {};
    refused = (answer.batchItemFailures || []).map((one) => one.itemIdentifier);
    return answer;
  } finally {
    for (const record of event.Records) {
      const told = {
        order: JSON.parse(record.body).order_id,
        attempt: Number(record.attributes.ApproximateReceiveCount),
        since: Number(record.attributes.ApproximateFirstReceiveTimestamp),
        now: Date.now(),
        took: !refused.includes(record.messageId),
        together: event.Records.length,
      };
      fs.appendFileSync(process.env.ACCOUNT, JSON.stringify(told) + "\n");
    }
  }
};
