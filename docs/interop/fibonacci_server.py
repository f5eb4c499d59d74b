#!/usr/bin/env python3
"""Serves rpc_queue over RabbitMQ with nothing but pika, for our clients to call.

The protocol of the RabbitMQ tutorial on RPC: the body is a number in decimal; the answer goes to
reply_to with the request's correlation_id, and only then the request is acknowledged. It knows
nothing of our headers and sends none.

    fibonacci_server.py [amqp-url]

The queue is declared only where it does not exist yet: a server of ours that was here first has
declared it with arguments of its own.
"""

import signal
import sys

import pika
import pika.exceptions

QUEUE = "rpc_queue"


def fibonacci(n):
    previous, current = 1, 0
    for _ in range(n):
        previous, current = current, previous + current
    return current


def on_request(channel, method, properties, body):
    answer = fibonacci(int(body))
    channel.basic_publish(
        exchange="",
        routing_key=properties.reply_to,
        properties=pika.BasicProperties(correlation_id=properties.correlation_id),
        body=str(answer),
    )
    channel.basic_ack(delivery_tag=method.delivery_tag)


def open_channel(connection):
    """A channel on which the queue exists; a failed passive declare closes its channel."""
    channel = connection.channel()
    try:
        channel.queue_declare(queue=QUEUE, passive=True)
    except pika.exceptions.ChannelClosedByBroker:
        channel = connection.channel()
        channel.queue_declare(queue=QUEUE, durable=True)
    return channel


def main():
    url = sys.argv[1] if len(sys.argv) > 1 else "amqp://guest:guest@localhost:5672/%2F"
    connection = pika.BlockingConnection(pika.URLParameters(url))
    channel = open_channel(connection)
    channel.basic_qos(prefetch_count=1)
    channel.basic_consume(queue=QUEUE, on_message_callback=on_request)
    signal.signal(
        signal.SIGTERM,
        lambda *_: connection.add_callback_threadsafe(channel.stop_consuming),
    )
    print(f"Serving {QUEUE}", flush=True)
    try:
        channel.start_consuming()
    except KeyboardInterrupt:
        channel.stop_consuming()
    connection.close()


if __name__ == "__main__":
    main()
