"""People in rooms, with LiveKit's own client. Each line of standard input is what somebody does, each line of standard
output what they see. It ends with its input.

{"do": "join", "who": "ann", "adapter": "livekit:ws://HOST?access_token=JWT"}, {"do": "say", "who": "ann", "text": "hi"},
{"do": "speak", "who": "ann"} publishes a microphone."""

import asyncio
import json
import sys

from livekit import rtc


def say(**what):
    print(json.dumps(what), flush=True)


class Person:
    def __init__(self, who):
        self.who, self.room = who, rtc.Room()
        self.room.on("data_received", lambda packet: say(
            saw="data", who=who, text=packet.data.decode(), by=packet.participant.identity))
        self.room.on("participant_connected", lambda other: say(saw="came", who=who, other=other.identity))
        self.room.on("disconnected", lambda reason: say(saw="out", who=who, reason=rtc.DisconnectReason.Name(reason)))
        self.room.on("room_metadata_changed", lambda old, new: say(saw="metadata", who=who, text=new))

    async def join(self, adapter):
        url, token = adapter.removeprefix("livekit:").split("?access_token=")
        try:
            await self.room.connect(url, token)
        except rtc.ConnectError as error:
            say(saw="refused", who=self.who, error=str(error))
            return
        others = sorted(self.room.remote_participants)
        own = self.room.local_participant
        say(saw="in", who=self.who, room=self.room.name, identity=own.identity, others=others, metadata=own.metadata)

    async def speak(self):
        source = rtc.AudioSource(48000, 1)
        track = rtc.LocalAudioTrack.create_audio_track("voice", source)
        options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_MICROPHONE)
        try:
            await asyncio.wait_for(self.room.local_participant.publish_track(track, options), 5)
            say(saw="speaks", who=self.who)
        except Exception as error:
            say(saw="silent", who=self.who, error=str(error))


async def main():
    people, loop = {}, asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        asked = json.loads(line)
        who = asked["who"]
        if asked["do"] == "join":
            people[who] = Person(who)
            await people[who].join(asked["adapter"])
        elif asked["do"] == "say":
            await people[who].room.local_participant.publish_data(asked["text"], reliable=True)
        else:
            await people[who].speak()


asyncio.run(main())
