// Logs each body as text, and throws what JavaScript has for it where one cannot be handled.
const { kept } = require("./account");

exports.handler = kept(async (event) => {
  for (const record of event.Records) {
    console.log("processing", record.body);
    if (JSON.parse(record.body).quantity < 0) throw new Error("quantity is negative");
  }
});
