"""The first screen: what do I have to do now?"""
