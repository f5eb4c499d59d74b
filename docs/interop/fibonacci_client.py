#!/usr/bin/env python3
"""Calls the Fibonacci server over RabbitMQ with nothing but pika, and prints the answer.

The protocol of the RabbitMQ tutorial on RPC: an exclusive queue for the replies, named by the
broker; a request with reply_to and correlation_id, its body the number in decimal, without a
content type; replies with another correlation id are not ours and are left out.

    fibonacci_client.py [amqp-url] [number]
"""

import sys
import uuid

import pika

QUEUE = "rpc_queue"
LIMIT_SECONDS = 20


class FibonacciClient:
    """One connection, one reply queue, one call at a time."""

    def __init__(self, url):
        self.connection = pika.BlockingConnection(pika.URLParameters(url))
        self.channel = self.connection.channel()
        self.replies = self.channel.queue_declare(queue="", exclusive=True).method.queue
        self.channel.basic_consume(
            queue=self.replies, on_message_callback=self.on_reply, auto_ack=True
        )
        self.correlation_id = None
        self.reply = None

    def on_reply(self, channel, method, properties, body):
        if properties.correlation_id == self.correlation_id:
            self.reply = (properties.headers or {}, body)

    def call(self, number):
        self.reply = None
        self.correlation_id = str(uuid.uuid4())
        self.channel.basic_publish(
            exchange="",
            routing_key=QUEUE,
            properties=pika.BasicProperties(
                reply_to=self.replies, correlation_id=self.correlation_id
            ),
            body=str(number),
        )
        self.connection.process_data_events(time_limit=0)
        for _ in range(LIMIT_SECONDS * 10):
            if self.reply is not None:
                return self.reply
            self.connection.process_data_events(time_limit=0.1)
        raise TimeoutError(f"no reply from {QUEUE} within {LIMIT_SECONDS} s")

    def close(self):
        self.connection.close()


def main():
    url = sys.argv[1] if len(sys.argv) > 1 else "amqp://guest:guest@localhost:5672/%2F"
    number = sys.argv[2] if len(sys.argv) > 2 else "30"
    client = FibonacciClient(url)
    try:
        headers, body = client.call(number)
    finally:
        client.close()
    status = headers.get("parley-status")  # a plain success has none
    if status is not None:
        print(f"{status}: {body.decode()}", file=sys.stderr)
        return 1
    print(body.decode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
